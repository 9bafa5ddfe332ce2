BEGIN TRANSACTION;
CREATE TABLE "agencies" (
   "id" TEXT PRIMARY KEY,
   "name" TEXT NOT NULL,
   "level" TEXT,
   "kind" TEXT,
   "class" TEXT,
   "region_code" TEXT REFERENCES "regions"("code"),
   "successor" TEXT
);
INSERT INTO "agencies" VALUES('410300-dept-finance','洛阳市财政局','city','department','财政','410300',NULL);
CREATE TABLE "agency_names" (
   "name" TEXT,
   "hint" TEXT,
   "agency_id" TEXT REFERENCES "agencies"("id"),
   "region_code" TEXT REFERENCES "regions"("code"),
   "kind" TEXT,
   "why" TEXT NOT NULL,
   "rules" TEXT NOT NULL,
   PRIMARY KEY ("name", "hint")
);
INSERT INTO "agency_names" VALUES('洛阳市财政局','','410300-dept-finance','410300','department','洛阳市 (410300); 财政局 is its body of the class 财政.','f2e11c36021c');
CREATE TABLE "applications" (
   "report" TEXT REFERENCES "reports"("id"),
   "row" TEXT,
   "natural_person" ANY,
   "company" ANY,
   "research_institute" ANY,
   "public_interest_org" ANY,
   "legal_services" ANY,
   "other_applicant" ANY,
   "total" ANY,
   PRIMARY KEY ("report", "row")
);
INSERT INTO "applications" VALUES('henan-3','received',13,2,0,0,0,0,15);
INSERT INTO "applications" VALUES('henan-3','carried_in',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','granted',13,2,0,0,0,0,15);
INSERT INTO "applications" VALUES('henan-3','partly_granted',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','refused_state_secret',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','refused_barred_by_law',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','refused_security',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','refused_third_party',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','refused_internal',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','refused_deliberative',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','refused_enforcement_file',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','refused_enquiry',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','unavailable_not_held',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','unavailable_not_existing',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','unavailable_unclear',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','declined_petition',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','declined_duplicate',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','declined_publication',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','declined_excessive',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','declined_reconfirmation',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','other_not_corrected',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','other_fee_unpaid',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','other_rest',0,0,0,0,0,0,0);
INSERT INTO "applications" VALUES('henan-3','concluded',13,2,0,0,0,0,15);
INSERT INTO "applications" VALUES('henan-3','carried_out',0,0,0,0,0,0,0);
CREATE TABLE "checks" (
   "report" TEXT REFERENCES "reports"("id"),
   "identity" TEXT,
   "scope" TEXT,
   "left" ANY,
   "right" ANY,
   "previous" TEXT REFERENCES "reports"("id"),
   PRIMARY KEY ("report", "identity", "scope")
);
INSERT INTO "checks" VALUES('henan-3','stock','normative_documents',40,49,'henan-1');
CREATE TABLE "copies" (
   "report" TEXT PRIMARY KEY REFERENCES "reports"("id"),
   "chosen" TEXT NOT NULL REFERENCES "reports"("id"),
   "same" TEXT NOT NULL
);
INSERT INTO "copies" VALUES('henan-2','henan-3','text');
CREATE TABLE "coverage" (
   "region_code" TEXT REFERENCES "regions"("code"),
   "year" INTEGER,
   "region" TEXT NOT NULL,
   "expected" INTEGER NOT NULL,
   "found" INTEGER NOT NULL,
   "read" INTEGER NOT NULL,
   "verified" INTEGER NOT NULL,
   PRIMARY KEY ("region_code", "year")
);
INSERT INTO "coverage" VALUES('410300',2021,'洛阳市',1,1,1,1);
INSERT INTO "coverage" VALUES('410300',2022,'洛阳市',1,1,1,1);
CREATE TABLE "crawls" (
   "id" TEXT PRIMARY KEY,
   "portal" TEXT,
   "started" TEXT NOT NULL,
   "finished" TEXT,
   "reason" TEXT,
   "counts" TEXT
);
INSERT INTO "crawls" VALUES('20230120T000000Z-aaaa','https://nb.henan.gov.cn','2023-01-20T00:00:00Z',NULL,NULL,NULL);
CREATE TABLE "derived" (
   "report" TEXT PRIMARY KEY,
   "agency_id" TEXT,
   "basis" TEXT NOT NULL
);
INSERT INTO "derived" VALUES('henan-1','410300-dept-finance','["3; rensa 2","410300-dept-finance","洛阳市财政局",2021,2021,"verified",null,"c0801db2ce4e0d91","7265a793a0955b9c","洛阳市财政局","city","department","财政","410300",null,"洛阳市",null,null,"410300","洛阳市","410000","河南省"]');
INSERT INTO "derived" VALUES('henan-2','410300-dept-finance','["3; rensa 2","410300-dept-finance","洛阳市财政局",2022,2021,"verified",null,"d1d94ec6d9714637","7265a793a0955b9c","洛阳市财政局","city","department","财政","410300",null,"洛阳市",null,null,"410300","洛阳市","410000","河南省"]');
INSERT INTO "derived" VALUES('henan-3','410300-dept-finance','["3; rensa 2","410300-dept-finance","洛阳市财政局",2022,2021,"verified",null,"efaae43d09d53b04","7265a793a0955b9c","洛阳市财政局","city","department","财政","410300",null,"洛阳市",null,null,"410300","洛阳市","410000","河南省"]');
CREATE TABLE "disclosure" (
   "report" TEXT REFERENCES "reports"("id"),
   "article" TEXT,
   "row" TEXT,
   "column" TEXT,
   "value" ANY,
   "unit" TEXT,
   PRIMARY KEY ("report", "row", "column")
);
INSERT INTO "disclosure" VALUES('henan-3','第二十条第（一）项','regulations','issued',0,NULL);
INSERT INTO "disclosure" VALUES('henan-3','第二十条第（一）项','regulations','repealed',0,NULL);
INSERT INTO "disclosure" VALUES('henan-3','第二十条第（一）项','regulations','in_force',0,NULL);
INSERT INTO "disclosure" VALUES('henan-3','第二十条第（一）项','normative_documents','issued',12,NULL);
INSERT INTO "disclosure" VALUES('henan-3','第二十条第（一）项','normative_documents','repealed',3,NULL);
INSERT INTO "disclosure" VALUES('henan-3','第二十条第（一）项','normative_documents','in_force',40,NULL);
INSERT INTO "disclosure" VALUES('henan-3','第二十条第（五）项','licensing','decisions',61,NULL);
INSERT INTO "disclosure" VALUES('henan-3','第二十条第（六）项','penalties','decisions',0,NULL);
INSERT INTO "disclosure" VALUES('henan-3','第二十条第（六）项','coercive_measures','decisions',0,NULL);
INSERT INTO "disclosure" VALUES('henan-3','第二十条第（八）项','administrative_fees','fee_amount',0,'万元');
CREATE TABLE "disputes" (
   "report" TEXT REFERENCES "reports"("id"),
   "procedure" TEXT,
   "upheld" ANY,
   "corrected" ANY,
   "other_outcome" ANY,
   "pending" ANY,
   "total" ANY,
   PRIMARY KEY ("report", "procedure")
);
INSERT INTO "disputes" VALUES('henan-3','review',0,0,0,0,0);
INSERT INTO "disputes" VALUES('henan-3','suit_direct',0,0,0,0,0);
INSERT INTO "disputes" VALUES('henan-3','suit_after_review',0,0,0,0,0);
CREATE TABLE "documents" (
   "sha256" TEXT PRIMARY KEY,
   "report" TEXT REFERENCES "reports"("id"),
   "url" TEXT,
   "media_type" TEXT,
   "size" INTEGER,
   "fetched_at" TEXT,
   "warc" TEXT,
   "offset" INTEGER
);
INSERT INTO "documents" VALUES('1111111111111111111111111111111111111111111111111111111111111111','henan-1','http://127.0.0.1/1',NULL,100,'2022-01-20T00:00:00Z','a.warc.gz',7);
INSERT INTO "documents" VALUES('2222222222222222222222222222222222222222222222222222222222222222','henan-2','http://127.0.0.1/2',NULL,100,'2023-01-20T00:00:00Z','a.warc.gz',7);
INSERT INTO "documents" VALUES('3333333333333333333333333333333333333333333333333333333333333333','henan-3','http://127.0.0.1/3',NULL,100,'2023-01-20T00:00:00Z','a.warc.gz',7);
CREATE TABLE "evidence" (
   "report" TEXT REFERENCES "reports"("id"),
   "row" TEXT,
   "table" INTEGER,
   "table_row" INTEGER,
   "line" INTEGER,
   "page" INTEGER,
   "x0" REAL,
   "top" REAL,
   "x1" REAL,
   "bottom" REAL,
   "text" TEXT,
   PRIMARY KEY ("report", "row")
);
INSERT INTO "evidence" VALUES('henan-3','disclosure/regulations',NULL,NULL,7,NULL,NULL,NULL,NULL,NULL,'规章 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','disclosure/normative_documents',NULL,NULL,8,NULL,NULL,NULL,NULL,NULL,'行政规范性文件 12 3 40');
INSERT INTO "evidence" VALUES('henan-3','disclosure/licensing',NULL,NULL,11,NULL,NULL,NULL,NULL,NULL,'行政许可 61');
INSERT INTO "evidence" VALUES('henan-3','disclosure/penalties',NULL,NULL,14,NULL,NULL,NULL,NULL,NULL,'行政处罚 0');
INSERT INTO "evidence" VALUES('henan-3','disclosure/coercive_measures',NULL,NULL,15,NULL,NULL,NULL,NULL,NULL,'行政强制 0');
INSERT INTO "evidence" VALUES('henan-3','disclosure/administrative_fees',NULL,NULL,18,NULL,NULL,NULL,NULL,NULL,'行政事业性收费 0');
INSERT INTO "evidence" VALUES('henan-3','applications/received',NULL,NULL,20,NULL,NULL,NULL,NULL,NULL,'一、本年新收政府信息公开申请数量 13 2 0 0 0 0 15');
INSERT INTO "evidence" VALUES('henan-3','applications/carried_in',NULL,NULL,21,NULL,NULL,NULL,NULL,NULL,'二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/granted',NULL,NULL,22,NULL,NULL,NULL,NULL,NULL,'（一）予以公开 13 2 0 0 0 0 15');
INSERT INTO "evidence" VALUES('henan-3','applications/partly_granted',NULL,NULL,23,NULL,NULL,NULL,NULL,NULL,'（二）部分公开（区分处理的，只计这一情形，不计其他情形） 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/refused_state_secret',NULL,NULL,24,NULL,NULL,NULL,NULL,NULL,'1.属于国家秘密 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/refused_barred_by_law',NULL,NULL,25,NULL,NULL,NULL,NULL,NULL,'2.其他法律行政法规禁止公开 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/refused_security',NULL,NULL,26,NULL,NULL,NULL,NULL,NULL,'3.危及“三安全一稳定” 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/refused_third_party',NULL,NULL,27,NULL,NULL,NULL,NULL,NULL,'4.保护第三方合法权益 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/refused_internal',NULL,NULL,28,NULL,NULL,NULL,NULL,NULL,'5.属于三类内部事务信息 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/refused_deliberative',NULL,NULL,29,NULL,NULL,NULL,NULL,NULL,'6.属于四类过程性信息 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/refused_enforcement_file',NULL,NULL,30,NULL,NULL,NULL,NULL,NULL,'7.属于行政执法案卷 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/refused_enquiry',NULL,NULL,31,NULL,NULL,NULL,NULL,NULL,'8.属于行政查询事项 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/unavailable_not_held',NULL,NULL,32,NULL,NULL,NULL,NULL,NULL,'1.本机关不掌握相关政府信息 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/unavailable_not_existing',NULL,NULL,33,NULL,NULL,NULL,NULL,NULL,'2.没有现成信息需要另行制作 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/unavailable_unclear',NULL,NULL,34,NULL,NULL,NULL,NULL,NULL,'3.补正后申请内容仍不明确 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/declined_petition',NULL,NULL,35,NULL,NULL,NULL,NULL,NULL,'1.信访举报投诉类申请 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/declined_duplicate',NULL,NULL,36,NULL,NULL,NULL,NULL,NULL,'2.重复申请 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/declined_publication',NULL,NULL,37,NULL,NULL,NULL,NULL,NULL,'3.要求提供公开出版物 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/declined_excessive',NULL,NULL,38,NULL,NULL,NULL,NULL,NULL,'4.无正当理由大量反复申请 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/declined_reconfirmation',NULL,NULL,39,NULL,NULL,NULL,NULL,NULL,'5.要求行政机关确认或重新出具已获取信息 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/other_not_corrected',NULL,NULL,40,NULL,NULL,NULL,NULL,NULL,'1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/other_fee_unpaid',NULL,NULL,41,NULL,NULL,NULL,NULL,NULL,'2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/other_rest',NULL,NULL,42,NULL,NULL,NULL,NULL,NULL,'3.其他 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','applications/concluded',NULL,NULL,43,NULL,NULL,NULL,NULL,NULL,'（七）总计 13 2 0 0 0 0 15');
INSERT INTO "evidence" VALUES('henan-3','applications/carried_out',NULL,NULL,44,NULL,NULL,NULL,NULL,NULL,'四、结转下年度继续办理 0 0 0 0 0 0 0');
INSERT INTO "evidence" VALUES('henan-3','disputes',NULL,NULL,47,NULL,NULL,NULL,NULL,NULL,'0 0 0 0 0 0 0 0 0 0 0 0 0 0 0');
CREATE TABLE "failures" (
   "key" TEXT PRIMARY KEY,
   "stage" TEXT NOT NULL,
   "reason" TEXT NOT NULL,
   "first_at" TEXT NOT NULL,
   "last_at" TEXT NOT NULL,
   "tries" INTEGER NOT NULL
);
INSERT INTO "failures" VALUES('henan-4','fetch','404','2023-01-20T00:00:00Z','2023-01-20T00:00:00Z',1);
CREATE TABLE "fetches" (
   "id" INTEGER PRIMARY KEY,
   "key" TEXT,
   "url" TEXT NOT NULL,
   "crawl" TEXT REFERENCES "crawls"("id"),
   "at" TEXT NOT NULL,
   "status" INTEGER,
   "etag" TEXT,
   "last_modified" TEXT,
   "sha256" TEXT,
   "seconds" REAL,
   "warc" TEXT,
   "offset" INTEGER,
   "error" TEXT
);
CREATE TABLE "flags" (
   "report" TEXT REFERENCES "reports"("id"),
   "cell" TEXT,
   "state" TEXT NOT NULL,
   "raw" TEXT,
   "reason" TEXT,
   PRIMARY KEY ("report", "cell")
);
INSERT INTO "flags" VALUES('henan-2','disclosure/penalties/decisions','dash','/',NULL);
CREATE TABLE "frontier" (
   "address" TEXT PRIMARY KEY,
   "portal" TEXT NOT NULL,
   "kind" TEXT NOT NULL,
   "key" TEXT,
   "number" INTEGER,
   "state" TEXT,
   "due" TEXT,
   "tries" INTEGER NOT NULL,
   "asked" TEXT,
   "changed" TEXT,
   "location" TEXT,
   "etag" TEXT,
   "last_modified" TEXT,
   "sha256" TEXT,
   "read" TEXT,
   "walked" INTEGER NOT NULL
);
CREATE TABLE "hints" (
   "report" TEXT REFERENCES "reports"("id"),
   "figure" TEXT,
   "kind" TEXT NOT NULL,
   "previous" TEXT NOT NULL REFERENCES "reports"("id"),
   "before" ANY NOT NULL,
   "value" ANY NOT NULL,
   PRIMARY KEY ("report", "figure")
);
INSERT INTO "hints" VALUES('henan-3','licensing_decisions','sudden change','henan-1',10,61);
CREATE TABLE "narratives" (
   "report" TEXT PRIMARY KEY REFERENCES "reports"("id"),
   "length" INTEGER NOT NULL,
   "previous" TEXT REFERENCES "reports"("id"),
   "reuse" REAL,
   "neighbour" TEXT REFERENCES "reports"("id"),
   "neighbour_share" REAL,
   "sketch" TEXT
);
INSERT INTO "narratives" VALUES('henan-1',27,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "narratives" VALUES('henan-3',27,'henan-1',NULL,NULL,NULL,NULL);
CREATE TABLE "panel" (
   "agency_id" TEXT,
   "year" INTEGER,
   "report" TEXT NOT NULL REFERENCES "reports"("id"),
   "reports" INTEGER NOT NULL,
   "agency" TEXT NOT NULL,
   "printed_agency" TEXT,
   "level" TEXT,
   "kind" TEXT,
   "class" TEXT,
   "summary" INTEGER NOT NULL,
   "region_code" TEXT REFERENCES "regions"("code"),
   "region" TEXT,
   "county_code" TEXT REFERENCES "regions"("code"),
   "county" TEXT,
   "city_code" TEXT REFERENCES "regions"("code"),
   "city" TEXT,
   "province_code" TEXT REFERENCES "regions"("code"),
   "province" TEXT,
   "edition" INTEGER,
   "status" TEXT NOT NULL,
   "flags" INTEGER NOT NULL,
   "uncertain_cells" INTEGER NOT NULL,
   "broken_checks" INTEGER NOT NULL,
   "broken_across" INTEGER NOT NULL,
   "hints" INTEGER NOT NULL,
   "uncertain" TEXT,
   "published" TEXT,
   "delay" INTEGER,
   "late" INTEGER,
   "narrative_length" INTEGER,
   "reuse" REAL,
   "neighbour" TEXT REFERENCES "reports"("id"),
   "neighbour_share" REAL,
   "received" ANY,
   "carried_in" ANY,
   "granted" ANY,
   "partly_granted" ANY,
   "refused_state_secret" ANY,
   "refused_barred_by_law" ANY,
   "refused_security" ANY,
   "refused_third_party" ANY,
   "refused_internal" ANY,
   "refused_deliberative" ANY,
   "refused_enforcement_file" ANY,
   "refused_enquiry" ANY,
   "unavailable_not_held" ANY,
   "unavailable_not_existing" ANY,
   "unavailable_unclear" ANY,
   "declined_petition" ANY,
   "declined_duplicate" ANY,
   "declined_publication" ANY,
   "declined_excessive" ANY,
   "declined_reconfirmation" ANY,
   "other_not_corrected" ANY,
   "other_fee_unpaid" ANY,
   "other_rest" ANY,
   "concluded" ANY,
   "carried_out" ANY,
   "other_handling" ANY,
   "received_natural_person" ANY,
   "received_company" ANY,
   "received_research_institute" ANY,
   "received_public_interest_org" ANY,
   "received_legal_services" ANY,
   "received_other_applicant" ANY,
   "review_upheld" ANY,
   "review_corrected" ANY,
   "review_other_outcome" ANY,
   "review_pending" ANY,
   "review_total" ANY,
   "suit_direct_upheld" ANY,
   "suit_direct_corrected" ANY,
   "suit_direct_other_outcome" ANY,
   "suit_direct_pending" ANY,
   "suit_direct_total" ANY,
   "suit_after_review_upheld" ANY,
   "suit_after_review_corrected" ANY,
   "suit_after_review_other_outcome" ANY,
   "suit_after_review_pending" ANY,
   "suit_after_review_total" ANY,
   "regulations_issued" ANY,
   "regulations_repealed" ANY,
   "regulations_in_force" ANY,
   "normative_documents_issued" ANY,
   "normative_documents_repealed" ANY,
   "normative_documents_in_force" ANY,
   "licensing_decisions" ANY,
   "penalties_decisions" ANY,
   "coercive_measures_decisions" ANY,
   "administrative_fees_fee_amount" ANY,
   "regulations_produced" ANY,
   "regulations_newly_disclosed" ANY,
   "regulations_disclosed_total" ANY,
   "normative_documents_produced" ANY,
   "normative_documents_newly_disclosed" ANY,
   "normative_documents_disclosed_total" ANY,
   "licensing_items_last_year" ANY,
   "licensing_change" ANY,
   "other_services_items_last_year" ANY,
   "other_services_change" ANY,
   "other_services_decisions" ANY,
   "penalties_items_last_year" ANY,
   "penalties_change" ANY,
   "coercive_measures_items_last_year" ANY,
   "coercive_measures_change" ANY,
   "administrative_fees_items_last_year" ANY,
   "administrative_fees_change" ANY,
   "central_procurement_projects" ANY,
   "central_procurement_procurement_amount" ANY,
   "refused" ANY,
   "unavailable" ANY,
   "declined" ANY,
   "other_outcomes" ANY,
   "review_decided" ANY,
   "suits_total" ANY,
   "suits_corrected" ANY,
   "suits_decided" ANY,
   "granted_share" REAL,
   "partly_granted_share" REAL,
   "refused_share" REAL,
   "unavailable_share" REAL,
   "declined_share" REAL,
   "other_outcomes_share" REAL,
   "natural_person_share" REAL,
   "company_share" REAL,
   "research_institute_share" REAL,
   "public_interest_org_share" REAL,
   "legal_services_share" REAL,
   "other_applicant_share" REAL,
   "review_correction_rate" REAL,
   "suits_correction_rate" REAL,
   "concluded_small" INTEGER,
   "received_small" INTEGER,
   "review_small" INTEGER,
   "suits_small" INTEGER,
   PRIMARY KEY ("agency_id", "year")
);
INSERT INTO "panel" VALUES('410300-dept-finance',2021,'henan-1',1,'洛阳市财政局','洛阳市财政局','city','department','财政',0,'410300','洛阳市',NULL,NULL,'410300','洛阳市','410000','河南省',2021,'verified',0,0,0,0,0,NULL,NULL,NULL,NULL,27,NULL,NULL,NULL,15,0,15,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,15,0,NULL,13,2,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,12,3,40,10,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,1.0,0.0,0.0,0.0,0.0,0.0,8.66666666666666696272e-01,1.33333333333333331482e-01,0.0,0.0,0.0,0.0,NULL,NULL,0,0,1,1);
INSERT INTO "panel" VALUES('410300-dept-finance',2022,'henan-3',2,'洛阳市财政局','洛阳市财政局','city','department','财政',0,'410300','洛阳市',NULL,NULL,'410300','洛阳市','410000','河南省',2021,'verified',0,0,0,1,1,NULL,NULL,NULL,NULL,27,NULL,NULL,NULL,15,0,15,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,15,0,NULL,13,2,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,12,3,40,61,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,1.0,0.0,0.0,0.0,0.0,0.0,8.66666666666666696272e-01,1.33333333333333331482e-01,0.0,0.0,0.0,0.0,NULL,NULL,0,0,1,1);
CREATE TABLE "panel_regions" (
   "region_code" TEXT REFERENCES "regions"("code"),
   "year" INTEGER,
   "region" TEXT NOT NULL,
   "level" TEXT NOT NULL,
   "agencies" INTEGER NOT NULL,
   "verified" INTEGER NOT NULL,
   "form_2021" INTEGER NOT NULL,
   "form_2019" INTEGER NOT NULL,
   "uncertain_agencies" INTEGER NOT NULL,
   "uncertain" TEXT,
   "received" ANY,
   "carried_in" ANY,
   "granted" ANY,
   "partly_granted" ANY,
   "refused_state_secret" ANY,
   "refused_barred_by_law" ANY,
   "refused_security" ANY,
   "refused_third_party" ANY,
   "refused_internal" ANY,
   "refused_deliberative" ANY,
   "refused_enforcement_file" ANY,
   "refused_enquiry" ANY,
   "unavailable_not_held" ANY,
   "unavailable_not_existing" ANY,
   "unavailable_unclear" ANY,
   "declined_petition" ANY,
   "declined_duplicate" ANY,
   "declined_publication" ANY,
   "declined_excessive" ANY,
   "declined_reconfirmation" ANY,
   "other_not_corrected" ANY,
   "other_fee_unpaid" ANY,
   "other_rest" ANY,
   "concluded" ANY,
   "carried_out" ANY,
   "other_handling" ANY,
   "received_natural_person" ANY,
   "received_company" ANY,
   "received_research_institute" ANY,
   "received_public_interest_org" ANY,
   "received_legal_services" ANY,
   "received_other_applicant" ANY,
   "review_upheld" ANY,
   "review_corrected" ANY,
   "review_other_outcome" ANY,
   "review_pending" ANY,
   "review_total" ANY,
   "suit_direct_upheld" ANY,
   "suit_direct_corrected" ANY,
   "suit_direct_other_outcome" ANY,
   "suit_direct_pending" ANY,
   "suit_direct_total" ANY,
   "suit_after_review_upheld" ANY,
   "suit_after_review_corrected" ANY,
   "suit_after_review_other_outcome" ANY,
   "suit_after_review_pending" ANY,
   "suit_after_review_total" ANY,
   "regulations_issued" ANY,
   "regulations_repealed" ANY,
   "regulations_in_force" ANY,
   "normative_documents_issued" ANY,
   "normative_documents_repealed" ANY,
   "normative_documents_in_force" ANY,
   "licensing_decisions" ANY,
   "penalties_decisions" ANY,
   "coercive_measures_decisions" ANY,
   "administrative_fees_fee_amount" ANY,
   "regulations_produced" ANY,
   "regulations_newly_disclosed" ANY,
   "regulations_disclosed_total" ANY,
   "normative_documents_produced" ANY,
   "normative_documents_newly_disclosed" ANY,
   "normative_documents_disclosed_total" ANY,
   "licensing_items_last_year" ANY,
   "licensing_change" ANY,
   "other_services_items_last_year" ANY,
   "other_services_change" ANY,
   "other_services_decisions" ANY,
   "penalties_items_last_year" ANY,
   "penalties_change" ANY,
   "coercive_measures_items_last_year" ANY,
   "coercive_measures_change" ANY,
   "administrative_fees_items_last_year" ANY,
   "administrative_fees_change" ANY,
   "central_procurement_projects" ANY,
   "central_procurement_procurement_amount" ANY,
   "refused" ANY,
   "unavailable" ANY,
   "declined" ANY,
   "other_outcomes" ANY,
   "review_decided" ANY,
   "suits_total" ANY,
   "suits_corrected" ANY,
   "suits_decided" ANY,
   "granted_share" REAL,
   "partly_granted_share" REAL,
   "refused_share" REAL,
   "unavailable_share" REAL,
   "declined_share" REAL,
   "other_outcomes_share" REAL,
   "natural_person_share" REAL,
   "company_share" REAL,
   "research_institute_share" REAL,
   "public_interest_org_share" REAL,
   "legal_services_share" REAL,
   "other_applicant_share" REAL,
   "review_correction_rate" REAL,
   "suits_correction_rate" REAL,
   "concluded_small" INTEGER,
   "received_small" INTEGER,
   "review_small" INTEGER,
   "suits_small" INTEGER,
   PRIMARY KEY ("region_code", "year")
);
INSERT INTO "panel_regions" VALUES('410300',2021,'洛阳市','city',1,1,1,0,0,NULL,15,0,15,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,15,0,NULL,13,2,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,12,3,40,10,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,1.0,0.0,0.0,0.0,0.0,0.0,8.66666666666666696272e-01,1.33333333333333331482e-01,0.0,0.0,0.0,0.0,NULL,NULL,0,0,1,1);
INSERT INTO "panel_regions" VALUES('410300',2022,'洛阳市','city',1,1,1,0,0,NULL,15,0,15,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,15,0,NULL,13,2,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,12,3,40,61,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,1.0,0.0,0.0,0.0,0.0,0.0,8.66666666666666696272e-01,1.33333333333333331482e-01,0.0,0.0,0.0,0.0,NULL,NULL,0,0,1,1);
INSERT INTO "panel_regions" VALUES('410000',2021,'河南省','province',1,1,1,0,0,NULL,15,0,15,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,15,0,NULL,13,2,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,12,3,40,10,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,1.0,0.0,0.0,0.0,0.0,0.0,8.66666666666666696272e-01,1.33333333333333331482e-01,0.0,0.0,0.0,0.0,NULL,NULL,0,0,1,1);
INSERT INTO "panel_regions" VALUES('410000',2022,'河南省','province',1,1,1,0,0,NULL,15,0,15,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,15,0,NULL,13,2,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,12,3,40,61,0,0,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,0,0,0,0,0,0,0,1.0,0.0,0.0,0.0,0.0,0.0,8.66666666666666696272e-01,1.33333333333333331482e-01,0.0,0.0,0.0,0.0,NULL,NULL,0,0,1,1);
CREATE TABLE "regions" (
   "code" TEXT PRIMARY KEY,
   "name" TEXT NOT NULL,
   "level" TEXT,
   "kind" TEXT,
   "parent" TEXT REFERENCES "regions"("code"),
   "valid_from" INTEGER,
   "valid_to" INTEGER,
   "successor" TEXT REFERENCES "regions"("code")
);
INSERT INTO "regions" VALUES('410000','河南省','province','region',NULL,NULL,NULL,NULL);
INSERT INTO "regions" VALUES('410300','洛阳市','city','region','410000',NULL,NULL,NULL);
CREATE TABLE "reports" (
   "id" TEXT PRIMARY KEY,
   "url" TEXT,
   "title" TEXT,
   "agency" TEXT,
   "agency_id" TEXT REFERENCES "agencies"("id"),
   "region_code" TEXT REFERENCES "regions"("code"),
   "year" INTEGER,
   "edition" INTEGER,
   "status" TEXT NOT NULL,
   "published" TEXT,
   "hint" TEXT,
   "revision" INTEGER NOT NULL,
   "first_seen" TEXT NOT NULL,
   "last_seen" TEXT NOT NULL,
   "last_changed" TEXT NOT NULL,
   "document" TEXT REFERENCES "documents"("sha256"),
   "cells_digest" TEXT,
   "text_digest" TEXT
);
INSERT INTO "reports" VALUES('henan-1','http://127.0.0.1/1','洛阳市财政局2021年政府信息公开工作年度报告','洛阳市财政局','410300-dept-finance','410300',2021,2021,'verified',NULL,NULL,1,'2022-01-20T00:00:00Z','2022-01-20T00:00:00Z','2022-01-20T00:00:00Z','1111111111111111111111111111111111111111111111111111111111111111','c0801db2ce4e0d91','7265a793a0955b9c');
INSERT INTO "reports" VALUES('henan-2','http://127.0.0.1/2','洛阳市财政局2022年政府信息公开工作年度报告','洛阳市财政局','410300-dept-finance','410300',2022,2021,'verified',NULL,NULL,1,'2023-01-20T00:00:00Z','2023-01-20T00:00:00Z','2023-01-20T00:00:00Z','2222222222222222222222222222222222222222222222222222222222222222','d1d94ec6d9714637','7265a793a0955b9c');
INSERT INTO "reports" VALUES('henan-3','http://127.0.0.1/3','洛阳市财政局2022年政府信息公开工作年度报告','洛阳市财政局','410300-dept-finance','410300',2022,2021,'verified',NULL,NULL,1,'2023-01-20T00:00:00Z','2023-01-20T00:00:00Z','2023-01-20T00:00:00Z','3333333333333333333333333333333333333333333333333333333333333333','efaae43d09d53b04','7265a793a0955b9c');
CREATE TABLE "revisions" (
   "report" TEXT REFERENCES "reports"("id"),
   "revision" INTEGER,
   "seen_at" TEXT,
   "cell" TEXT,
   "old" TEXT,
   "new" TEXT,
   PRIMARY KEY ("report", "revision", "cell")
);
CREATE TABLE "sections" (
   "report" TEXT REFERENCES "reports"("id"),
   "number" INTEGER,
   "heading" TEXT,
   "text" TEXT,
   PRIMARY KEY ("report", "number")
);
INSERT INTO "sections" VALUES('henan-1',1,'一、总体情况','本报告为示例，数字系虚构。');
INSERT INTO "sections" VALUES('henan-1',2,'二、主动公开政府信息情况','第二十条第（一）项
信息内容 本年制发件数 本年废止件数 现行有效件数
规章 0 0 0
行政规范性文件 12 3 40
第二十条第（五）项
信息内容 本年处理决定数量
行政许可 10
第二十条第（六）项
信息内容 本年处理决定数量
行政处罚 0
行政强制 0
第二十条第（八）项
信息内容 本年收费金额（单位：万元）
行政事业性收费 0');
INSERT INTO "sections" VALUES('henan-1',3,'三、收到和处理政府信息公开申请情况','一、本年新收政府信息公开申请数量 13 2 0 0 0 0 15
二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0
（一）予以公开 13 2 0 0 0 0 15
（二）部分公开（区分处理的，只计这一情形，不计其他情形） 0 0 0 0 0 0 0
1.属于国家秘密 0 0 0 0 0 0 0
2.其他法律行政法规禁止公开 0 0 0 0 0 0 0
3.危及“三安全一稳定” 0 0 0 0 0 0 0
4.保护第三方合法权益 0 0 0 0 0 0 0
5.属于三类内部事务信息 0 0 0 0 0 0 0
6.属于四类过程性信息 0 0 0 0 0 0 0
7.属于行政执法案卷 0 0 0 0 0 0 0
8.属于行政查询事项 0 0 0 0 0 0 0
1.本机关不掌握相关政府信息 0 0 0 0 0 0 0
2.没有现成信息需要另行制作 0 0 0 0 0 0 0
3.补正后申请内容仍不明确 0 0 0 0 0 0 0
1.信访举报投诉类申请 0 0 0 0 0 0 0
2.重复申请 0 0 0 0 0 0 0
3.要求提供公开出版物 0 0 0 0 0 0 0
4.无正当理由大量反复申请 0 0 0 0 0 0 0
5.要求行政机关确认或重新出具已获取信息 0 0 0 0 0 0 0
1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 0 0 0 0 0 0 0
2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 0 0 0 0 0 0 0
3.其他 0 0 0 0 0 0 0
（七）总计 13 2 0 0 0 0 15
四、结转下年度继续办理 0 0 0 0 0 0 0');
INSERT INTO "sections" VALUES('henan-1',4,'四、政府信息公开行政复议、行政诉讼情况','结果维持 结果纠正 其他结果 尚未审结 总计 结果维持 结果纠正 其他结果 尚未审结 总计 结果维持 结果纠正 其他结果 尚未审结 总计
0 0 0 0 0 0 0 0 0 0 0 0 0 0 0');
INSERT INTO "sections" VALUES('henan-1',5,'五、存在的主要问题及改进情况','示例机关将继续改进工作。');
INSERT INTO "sections" VALUES('henan-1',6,'六、其他需要报告的事项','无其他事项。');
INSERT INTO "sections" VALUES('henan-2',1,'一、总体情况','本报告为示例，数字系虚构。');
INSERT INTO "sections" VALUES('henan-2',2,'二、主动公开政府信息情况','第二十条第（一）项
信息内容 本年制发件数 本年废止件数 现行有效件数
规章 0 0 0
行政规范性文件 12 3 40
第二十条第（五）项
信息内容 本年处理决定数量
行政许可 60
第二十条第（六）项
信息内容 本年处理决定数量
行政处罚 /
行政强制 0
第二十条第（八）项
信息内容 本年收费金额（单位：万元）
行政事业性收费 0');
INSERT INTO "sections" VALUES('henan-2',3,'三、收到和处理政府信息公开申请情况','一、本年新收政府信息公开申请数量 13 2 0 0 0 0 15
二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0
（一）予以公开 13 2 0 0 0 0 15
（二）部分公开（区分处理的，只计这一情形，不计其他情形） 0 0 0 0 0 0 0
1.属于国家秘密 0 0 0 0 0 0 0
2.其他法律行政法规禁止公开 0 0 0 0 0 0 0
3.危及“三安全一稳定” 0 0 0 0 0 0 0
4.保护第三方合法权益 0 0 0 0 0 0 0
5.属于三类内部事务信息 0 0 0 0 0 0 0
6.属于四类过程性信息 0 0 0 0 0 0 0
7.属于行政执法案卷 0 0 0 0 0 0 0
8.属于行政查询事项 0 0 0 0 0 0 0
1.本机关不掌握相关政府信息 0 0 0 0 0 0 0
2.没有现成信息需要另行制作 0 0 0 0 0 0 0
3.补正后申请内容仍不明确 0 0 0 0 0 0 0
1.信访举报投诉类申请 0 0 0 0 0 0 0
2.重复申请 0 0 0 0 0 0 0
3.要求提供公开出版物 0 0 0 0 0 0 0
4.无正当理由大量反复申请 0 0 0 0 0 0 0
5.要求行政机关确认或重新出具已获取信息 0 0 0 0 0 0 0
1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 0 0 0 0 0 0 0
2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 0 0 0 0 0 0 0
3.其他 0 0 0 0 0 0 0
（七）总计 13 2 0 0 0 0 15
四、结转下年度继续办理 0 0 0 0 0 0 0');
INSERT INTO "sections" VALUES('henan-2',4,'四、政府信息公开行政复议、行政诉讼情况','结果维持 结果纠正 其他结果 尚未审结 总计 结果维持 结果纠正 其他结果 尚未审结 总计 结果维持 结果纠正 其他结果 尚未审结 总计
0 0 0 0 0 0 0 0 0 0 0 0 0 0 0');
INSERT INTO "sections" VALUES('henan-2',5,'五、存在的主要问题及改进情况','示例机关将继续改进工作。');
INSERT INTO "sections" VALUES('henan-2',6,'六、其他需要报告的事项','无其他事项。');
INSERT INTO "sections" VALUES('henan-3',1,'一、总体情况','本报告为示例，数字系虚构。');
INSERT INTO "sections" VALUES('henan-3',2,'二、主动公开政府信息情况','第二十条第（一）项
信息内容 本年制发件数 本年废止件数 现行有效件数
规章 0 0 0
行政规范性文件 12 3 40
第二十条第（五）项
信息内容 本年处理决定数量
行政许可 61
第二十条第（六）项
信息内容 本年处理决定数量
行政处罚 0
行政强制 0
第二十条第（八）项
信息内容 本年收费金额（单位：万元）
行政事业性收费 0');
INSERT INTO "sections" VALUES('henan-3',3,'三、收到和处理政府信息公开申请情况','一、本年新收政府信息公开申请数量 13 2 0 0 0 0 15
二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0
（一）予以公开 13 2 0 0 0 0 15
（二）部分公开（区分处理的，只计这一情形，不计其他情形） 0 0 0 0 0 0 0
1.属于国家秘密 0 0 0 0 0 0 0
2.其他法律行政法规禁止公开 0 0 0 0 0 0 0
3.危及“三安全一稳定” 0 0 0 0 0 0 0
4.保护第三方合法权益 0 0 0 0 0 0 0
5.属于三类内部事务信息 0 0 0 0 0 0 0
6.属于四类过程性信息 0 0 0 0 0 0 0
7.属于行政执法案卷 0 0 0 0 0 0 0
8.属于行政查询事项 0 0 0 0 0 0 0
1.本机关不掌握相关政府信息 0 0 0 0 0 0 0
2.没有现成信息需要另行制作 0 0 0 0 0 0 0
3.补正后申请内容仍不明确 0 0 0 0 0 0 0
1.信访举报投诉类申请 0 0 0 0 0 0 0
2.重复申请 0 0 0 0 0 0 0
3.要求提供公开出版物 0 0 0 0 0 0 0
4.无正当理由大量反复申请 0 0 0 0 0 0 0
5.要求行政机关确认或重新出具已获取信息 0 0 0 0 0 0 0
1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请 0 0 0 0 0 0 0
2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请 0 0 0 0 0 0 0
3.其他 0 0 0 0 0 0 0
（七）总计 13 2 0 0 0 0 15
四、结转下年度继续办理 0 0 0 0 0 0 0');
INSERT INTO "sections" VALUES('henan-3',4,'四、政府信息公开行政复议、行政诉讼情况','结果维持 结果纠正 其他结果 尚未审结 总计 结果维持 结果纠正 其他结果 尚未审结 总计 结果维持 结果纠正 其他结果 尚未审结 总计
0 0 0 0 0 0 0 0 0 0 0 0 0 0 0');
INSERT INTO "sections" VALUES('henan-3',5,'五、存在的主要问题及改进情况','示例机关将继续改进工作。');
INSERT INTO "sections" VALUES('henan-3',6,'六、其他需要报告的事项','无其他事项。');
CREATE TABLE "statements" (
   "report" TEXT REFERENCES "reports"("id"),
   "number" INTEGER,
   "chapter" INTEGER NOT NULL,
   "sentence" TEXT NOT NULL,
   "quantity" TEXT NOT NULL,
   "cells" TEXT,
   "value" ANY NOT NULL,
   "unit" TEXT,
   "table_value" ANY,
   "outcome" TEXT NOT NULL,
   PRIMARY KEY ("report", "number")
);
CREATE INDEX "idx_frontier_portal_due"
    ON "frontier" ("portal", "due");
CREATE INDEX "idx_frontier_portal_state_number"
    ON "frontier" ("portal", "state", "number");
CREATE INDEX "idx_frontier_key"
    ON "frontier" ("key");
CREATE INDEX "idx_frontier_location"
    ON "frontier" ("location");
CREATE INDEX "idx_reports_year"
    ON "reports" ("year");
CREATE INDEX "idx_reports_agency_id"
    ON "reports" ("agency_id");
CREATE INDEX "idx_flags_state"
    ON "flags" ("state");
CREATE INDEX "idx_checks_previous"
    ON "checks" ("previous");
CREATE INDEX "idx_fetches_sha256"
    ON "fetches" ("sha256");
CREATE INDEX "idx_fetches_warc_offset"
    ON "fetches" ("warc", "offset");
CREATE INDEX "idx_fetches_url"
    ON "fetches" ("url");
CREATE VIEW "cells" AS select c.report, c.cell, c.value, coalesce(f.state, 'printed') as state
from (
  select report, 'disclosure/' || row || '/' || "column" as cell, value from disclosure
  union all select report, 'applications/' || row || '/natural_person', natural_person from applications
  union all select report, 'applications/' || row || '/company', company from applications
  union all select report, 'applications/' || row || '/research_institute', research_institute from applications
  union all select report, 'applications/' || row || '/public_interest_org', public_interest_org from applications
  union all select report, 'applications/' || row || '/legal_services', legal_services from applications
  union all select report, 'applications/' || row || '/other_applicant', other_applicant from applications
  union all select report, 'applications/' || row || '/total', total from applications
  union all select report, 'disputes/' || procedure || '/upheld', upheld from disputes
  union all select report, 'disputes/' || procedure || '/corrected', corrected from disputes
  union all select report, 'disputes/' || procedure || '/other_outcome', other_outcome from disputes
  union all select report, 'disputes/' || procedure || '/pending', pending from disputes
  union all select report, 'disputes/' || procedure || '/total', total from disputes
) c left join flags f on f.report = c.report and f.cell = c.cell;
CREATE INDEX "idx_copies_chosen"
    ON "copies" ("chosen");
CREATE INDEX "idx_narratives_neighbour"
    ON "narratives" ("neighbour");
CREATE INDEX "idx_narratives_previous"
    ON "narratives" ("previous");
CREATE INDEX "idx_panel_report"
    ON "panel" ("report");
CREATE INDEX "idx_panel_region_code_year"
    ON "panel" ("region_code", "year");
CREATE INDEX "idx_panel_city_code_year"
    ON "panel" ("city_code", "year");
CREATE INDEX "idx_panel_year_class"
    ON "panel" ("year", "class");
CREATE INDEX "idx_panel_regions_level_year"
    ON "panel_regions" ("level", "year");
COMMIT;
